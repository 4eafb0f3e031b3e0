"""Stories by chance of publish runs side by side, each of which must end as a rebuild does."""
