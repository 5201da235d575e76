"""Lets a language model read and write Deltapad's documents: a server of the Model Context Protocol, over REST."""
