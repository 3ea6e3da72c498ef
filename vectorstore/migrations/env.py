"""Run by Alembic. The caller passes its connection: no URL and no ini file are involved."""

from alembic import context

from vectorstore.slack_tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
