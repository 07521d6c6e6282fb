"""``POST /extract/batch``: many documents in one request, answered in their order while they are read.

items.py reads the documents as they arrive, ahead.py receives further than they are worked on, in_order.py works on
several at once and hands on in order, routes.py answers.
"""

from service.batch.routes import routes

__all__ = ["routes"]
