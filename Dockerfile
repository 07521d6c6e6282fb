# The service with its model inside, for a plain CPU.
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/mubiao
COPY requirements/serve.txt requirements/
RUN /opt/mubiao/bin/pip install --no-cache-dir --require-hashes -r requirements/serve.txt
COPY pyproject.toml README.md ./
COPY annotations annotations
COPY models models
COPY service service
COPY training training
# spaCy is not installed.
RUN rm -rf models/segmenter annotations/corpus annotations/linked.jsonl annotations/standoff annotations/unseen \
    && /opt/mubiao/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 mubiao && install -d -o mubiao -m 700 /var/lib/mubiao
COPY --from=build /opt/mubiao /opt/mubiao
USER mubiao
# All addresses are the container's; the service then wants API keys, or MUBIAO_ACCESS_OPEN=true (docs/deployment.md).
ENV PATH=/opt/mubiao/bin:$PATH MUBIAO_HOST=0.0.0.0 MUBIAO_PORT=8000 MUBIAO_JOBS_FOLDER=/var/lib/mubiao PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
VOLUME /var/lib/mubiao
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"MUBIAO_PORT\"]}/readyz', timeout=2)"]
CMD ["mubiao", "serve"]
