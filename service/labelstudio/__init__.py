"""The machine learning backend of Label Studio, under ``/label-studio``.

routes.py is what Label Studio calls; folder.py keeps what people annotate there, as it tells of it.
"""

from service.labelstudio.routes import routes

__all__ = ["routes"]
