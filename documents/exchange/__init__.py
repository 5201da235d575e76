"""Documents as files, and files as documents: pure but for the process that reads strangers' files."""
