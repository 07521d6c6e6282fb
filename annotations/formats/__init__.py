"""The formats in which annotation tools and trainers keep documents: one module each, listed in ``registry``."""
