"""What two or more of Newswire's functions need: the layer's one package."""

__version__ = "0.1.0"
