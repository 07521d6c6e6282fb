"""Records as the ledger that an assessment office keeps: its rows, and how they are written."""
