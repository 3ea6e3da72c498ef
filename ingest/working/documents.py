"""Jobs on documents: read one that was uploaded or that is to be read again, and remove one."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ingest.origins import source_of
from ingest.report import FileReport, Outcome
from ingest.sources import Source
from ingest.workshop import Workshop
from vectorstore.corrections import Corrections
from vectorstore.jobs import Job
from vectorstore.uploads import UPLOAD, Uploads, upload_name

GONE = "gone"
"""The outcome of reading again what is not there any more."""
Result = Mapping[str, Any]


def read(workshop: Workshop, job: Job) -> Result:
    """Read the document `uri`, called `name`: the file that was sent as `arrived`, else the file it has.

    The result is its FileReport; `kept` says whether a version stored before is still there.
    """
    about = job.about
    if about.get("arrived"):
        return _read_upload(workshop, job, about["arrived"], about["uri"], about["name"])
    source = source_of(workshop.settings, about["uri"], about["name"])
    if source is None:
        stored = about["uri"] in workshop.catalogue.digests()
        return {"outcome": GONE, "uri": about["uri"], "source": about["name"], "kept": stored}
    return _told(workshop, workshop.read([source]).files[0])


def remove(workshop: Workshop, job: Job) -> Result:
    """Remove the document `id` with what was corrected in it and, where it was uploaded, its file."""
    uri = job.about["uri"]
    removed = workshop.remove([job.about["id"]])
    Corrections(workshop.catalogue.engine).clear(uri)
    if uri.startswith(UPLOAD):
        Uploads(workshop.settings.data_dir).remove(upload_name(uri))
    return {"outcome": Outcome.REMOVED, "uri": uri, "source": job.about["name"], "removed": removed}


def _read_upload(workshop: Workshop, job: Job, arrived: str, uri: str, name: str) -> Result:
    """The former version of the file is replaced only by one that could be read."""
    uploads = Uploads(workshop.settings.data_dir)
    path = uploads.arrived(arrived)
    if not path.is_file():
        # A worker that was killed had come so far.
        if job.result:
            return job.result
        path = uploads.path(name)
    source = Source(path, uri, name)
    told = _told(workshop, workshop.read([source]).files[0])
    workshop.jobs.tell(job.id, told)
    if path == uploads.arrived(arrived):
        if told["outcome"] in (Outcome.FAILED, Outcome.DUPLICATE):
            uploads.drop(arrived)
        else:
            uploads.keep(arrived, name)
    return told


def _told(workshop: Workshop, report: FileReport) -> dict[str, Any]:
    stored = report.uri in workshop.catalogue.digests()
    return asdict(report) | {"outcome": report.outcome.value, "kept": stored}
