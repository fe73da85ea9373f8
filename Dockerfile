FROM python:3.13-slim AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /casebook
# Packages change seldom and the code often: a layer each.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
COPY . .
RUN DEBUG=0 SECRET_KEY=for-this-step-alone .venv/bin/python manage.py collectstatic --noinput

FROM python:3.13-slim
# The code belongs to root: the user that serves it can write to its home only.
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/casebook casebook
COPY --from=build /casebook /casebook
WORKDIR /casebook
ENV PATH=/casebook/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0
USER casebook
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--respawn-failed-workers", "config.wsgi:application"]
