"""Documents that anyone may read, on a page of their own and in the frames of other sites."""
