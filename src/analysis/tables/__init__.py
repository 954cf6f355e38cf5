"""Every table and column, and what follows from them: contract, data package, codebook."""
