"""What forms in a page are made of: sections, checked fields, one write at a time, conflicts."""
