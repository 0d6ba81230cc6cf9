"""Evidence bundles as files: a streamed ZIP archive and the documents people read in it."""
