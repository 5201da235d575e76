# docker build --tag deltapad .
# Each step is a script of deploy/, which tests run without a container. See docs/guides/deploy.md.

FROM node:22-bookworm-slim AS frontend
WORKDIR /app
COPY . .
RUN deploy/build frontend

FROM python:3.13-slim-bookworm AS server
WORKDIR /app
COPY . .
RUN deploy/build server
COPY --from=frontend /app/frontend/dist frontend/dist
RUN STATIC_DIR=static deploy/build files && rm -r .uv

FROM python:3.13-slim-bookworm
RUN useradd --uid 10001 --no-create-home deltapad && install --directory --owner deltapad /data
COPY --from=server /app /app
WORKDIR /app
# Nothing is written but to DATA_DIR: the root file system may be read-only.
ENV ENVIRONMENT=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data STATIC_DIR=static \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER deltapad
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["deploy/healthy"]
ENTRYPOINT ["deploy/start"]
CMD ["serve"]
