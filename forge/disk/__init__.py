"""Room in the data folder: how much there is, who uses what, and what may go."""
