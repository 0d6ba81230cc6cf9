"""Systems and the customers they serve: the tree, creating, renaming, retiring, restoring."""
