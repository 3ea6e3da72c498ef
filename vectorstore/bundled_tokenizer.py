"""The bundled vocabulary as a SentencePiece file: 60 MB in memory, where tokenizer.json takes 280."""

from pathlib import Path

from sentencepiece import SentencePieceNormalizer, sentencepiece_model_pb2

from vectorstore.bundled_model import BundledModel

NORMALISATION = "nmt_nfkc"  # XLM-RoBERTa's, whose vocabulary this is
UNIGRAM = 1
NORMAL, UNKNOWN, CONTROL = 1, 2, 3  # kinds of piece in SentencePiece's own format


def export_tokenizer(model: BundledModel, path: Path) -> None:
    """Writes a SentencePiece model with the ids of the bundled one."""
    proto = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined]
    rules = SentencePieceNormalizer(rule_name=NORMALISATION).serialized_model_proto()
    proto.ParseFromString(rules)
    for piece, score in model.pieces:
        proto.pieces.add(piece=piece, score=score, type=_kind(piece, model))
    trainer = proto.trainer_spec
    trainer.model_type, trainer.vocab_size = UNIGRAM, len(model.pieces)
    trainer.bos_id, trainer.eos_id = model.special_ids["<s>"], model.special_ids["</s>"]
    trainer.pad_id, trainer.unk_id = model.special_ids["<pad>"], model.special_ids["<unk>"]
    path.write_bytes(proto.SerializeToString())


def _kind(piece: str, model: BundledModel) -> int:
    if piece == "<unk>":
        return UNKNOWN
    return CONTROL if piece in model.special_ids or piece == "<mask>" else NORMAL
