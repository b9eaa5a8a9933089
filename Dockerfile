# One image for every process of a deployment; the command says which one it is:
#   web     (as below)
#   events  gunicorn config.asgi --worker-class asgi --bind 0.0.0.0:8001 --no-control-socket
#   relay   python manage.py relay
#   seal    python manage.py seal
#   worker  celery --app config worker --without-gossip --without-mingle --without-heartbeat
#           --exclude-queues celery-ai,celery-webhooks
#   sender  celery --app config worker --without-gossip --without-mingle --without-heartbeat
#           --queues celery-webhooks --pool threads --concurrency 16
#   answerer, the same with --queues celery-ai
#   consume python manage.py consume
#   beat    celery --app config beat --schedule /tmp/beat-schedule --pidfile=
#   migrate python manage.py migrate   (once for each release, before the others start)
FROM python:3.11-slim AS build

RUN pip install --no-cache-dir uv==0.13.8 && python -m venv /opt/venv
COPY requirements.txt constraints.txt /build/
RUN uv pip install --no-cache --python /opt/venv/bin/python --compile-bytecode \
    -r /build/requirements.txt
COPY . /app
WORKDIR /app
# Static files depend on no secret; this key is thrown away with the stage's environment.
RUN PROFILE=image SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    /opt/venv/bin/python manage.py collectstatic --noinput -v 0

FROM python:3.11-slim

RUN groupadd --system --gid 10001 imprimatur \
    && useradd --system --uid 10001 --gid imprimatur --no-create-home imprimatur
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PROFILE=aws VAR_DIR=/tmp/imprimatur
WORKDIR /app
USER imprimatur
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", \
     "--threads=4", "--preload", "--no-control-socket", "--worker-tmp-dir=/dev/shm"]
