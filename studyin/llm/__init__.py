"""Model servers behind one Provider protocol."""
