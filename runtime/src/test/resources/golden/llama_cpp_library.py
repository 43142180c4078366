"""llama.cpp through the C interface that the JNI library of de.kherud:llama 4.2.0 (Maven Central, MIT) exports.

Only a Linux x86_64 machine with Python is needed, no JVM: the library is taken out of the jar and loaded with ctypes.
"""

import ctypes as c
import tempfile
import zipfile
from pathlib import Path

import numpy as np

LIBRARY = "de/kherud/llama/Linux/x86_64/libjllama.so"
VERSION = "de.kherud:llama 4.2.0"


class Parameters(c.Structure):
    """A parameter structure of either kind; larger than both, which passing by value allows."""
    _fields_ = [("words", c.c_uint32 * 64)]


class Batch(c.Structure):
    _fields_ = [("n_tokens", c.c_int32), ("token", c.POINTER(c.c_int32)), ("embd", c.c_void_p),
                ("pos", c.c_void_p), ("n_seq_id", c.c_void_p), ("seq_id", c.c_void_p),
                ("logits", c.POINTER(c.c_int8))]


# Words of llama_context_params in the llama.cpp build inside 4.2.0.
CONTEXT_LENGTH, THREADS, BATCH_THREADS, KEY_TYPE, VALUE_TYPE = 0, 4, 5, 22, 23
GGML_F32, GGML_F16 = 0, 1


class LlamaCpp:
    """One open model: its tokenizer and, on demand, its logits with a float32 KV cache on one thread."""

    def __init__(self, jar, model):
        self.files = tempfile.TemporaryDirectory()
        with zipfile.ZipFile(jar) as archive:
            self.library = library = c.CDLL(archive.extract(LIBRARY, self.files.name))
        self.silence = c.CFUNCTYPE(None, c.c_int, c.c_char_p, c.c_void_p)(lambda level, text, data: None)
        library.llama_log_set(self.silence, None)
        library.llama_backend_init()
        library.llama_model_default_params.restype = Parameters
        library.llama_context_default_params.restype = Parameters
        library.llama_model_load_from_file.restype = c.c_void_p
        library.llama_model_load_from_file.argtypes = [c.c_char_p, Parameters]
        library.llama_model_get_vocab.restype = c.c_void_p
        library.llama_model_get_vocab.argtypes = [c.c_void_p]
        library.llama_tokenize.argtypes = [
            c.c_void_p, c.c_char_p, c.c_int32, c.POINTER(c.c_int32), c.c_int32, c.c_bool, c.c_bool]
        library.llama_vocab_n_tokens.argtypes = [c.c_void_p]
        library.llama_init_from_model.restype = c.c_void_p
        library.llama_init_from_model.argtypes = [c.c_void_p, Parameters]
        library.llama_free.argtypes = [c.c_void_p]
        library.llama_batch_get_one.restype = Batch
        library.llama_batch_get_one.argtypes = [c.POINTER(c.c_int32), c.c_int32]
        library.llama_decode.argtypes = [c.c_void_p, Batch]
        library.llama_get_logits.restype = c.POINTER(c.c_float)
        library.llama_get_logits.argtypes = [c.c_void_p]
        self.model = library.llama_model_load_from_file(
            str(Path(model)).encode(), library.llama_model_default_params())
        if not self.model:
            raise ValueError(f"llama.cpp cannot open {model}")
        self.vocabulary = library.llama_model_get_vocab(self.model)

    def tokenize(self, text, add_special=False, parse_special=False):
        raw = text.encode("utf-8")
        room = len(raw) + 8
        ids = (c.c_int32 * room)()
        count = self.library.llama_tokenize(
            self.vocabulary, raw, len(raw), ids, room, add_special, parse_special)
        if count < 0:
            raise ValueError(f"llama_tokenize answers {count}")
        return list(ids[:count])

    def open_context(self, length):
        settings = self.library.llama_context_default_params()
        assert settings.words[KEY_TYPE] == settings.words[VALUE_TYPE] == GGML_F16, "not the 4.2.0 layout"
        settings.words[CONTEXT_LENGTH] = max(512, length)
        settings.words[THREADS] = settings.words[BATCH_THREADS] = 1
        settings.words[KEY_TYPE] = settings.words[VALUE_TYPE] = GGML_F32
        return self.library.llama_init_from_model(self.model, settings)

    def greedy(self, ids, steps):
        """Greedy continuation and, per step, best minus second-best logit."""
        context = self.open_context(len(ids) + steps)
        width = self.library.llama_vocab_n_tokens(self.vocabulary)
        chosen, gaps, part = [], [], list(ids)
        for _ in range(steps):
            tokens = (c.c_int32 * len(part))(*part)
            if self.library.llama_decode(context, self.library.llama_batch_get_one(tokens, len(part))) != 0:
                raise ValueError("llama_decode failed")
            row = np.ctypeslib.as_array(self.library.llama_get_logits(context), (width,))
            second, best = np.partition(row, -2)[-2:]
            part = [int(row.argmax())]
            chosen += part
            gaps.append(round(float(best - second), 6))
        self.library.llama_free(context)
        return chosen, gaps

    def logits(self, ids):
        """Logits of every position of one sequence: float array [len(ids), vocabulary]."""
        context = self.open_context(len(ids))
        tokens = (c.c_int32 * len(ids))(*ids)  # the batch only points at it
        batch = self.library.llama_batch_get_one(tokens, len(ids))
        wanted = (c.c_int8 * len(ids))(*[1] * len(ids))
        batch.logits = c.cast(wanted, c.POINTER(c.c_int8))
        if self.library.llama_decode(context, batch) != 0:
            raise ValueError("llama_decode failed")
        width = self.library.llama_vocab_n_tokens(self.vocabulary)
        rows = np.ctypeslib.as_array(self.library.llama_get_logits(context), (len(ids), width)).copy()
        self.library.llama_free(context)
        return rows
