"""The conformance kit of the Deltapad protocol: it judges servers, clients and algebras from outside."""
