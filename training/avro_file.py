"""Writes Avro object container files, deflated, of records whose fields are all strings (Avro's specification, "Object Container
Files").
"""
import json
import zlib

BLOCK = 128 * 1024  # bytes of a block before it is deflated


def write(path, name, doc, fields, records):
    """Writes dicts of strings. The same records give the same bytes: even the marker between blocks is a fixed one.

    fields: name of each field, in order, with what it means.
    """
    schema = {"type": "record", "name": name, "doc": doc,
              "fields": [{"name": field, "type": "string", "doc": meaning} for field, meaning in fields.items()]}
    marker = b"sluice container"
    meta = {"avro.schema": json.dumps(schema), "avro.codec": "deflate"}
    with open(path, "wb") as file:
        header = b"".join(_string(key) + _string(value) for key, value in meta.items())
        file.write(b"Obj\x01" + _long(len(meta)) + header + _long(0) + marker)
        for count, block in _blocks(b"".join(_string(record[field]) for field in fields) for record in records):
            deflate = zlib.compressobj(9, zlib.DEFLATED, -15)  # -15: raw, without zlib's header and sum
            packed = deflate.compress(block) + deflate.flush()
            file.write(_long(count) + _long(len(packed)) + packed + marker)


def _blocks(records):
    """(number of records, their bytes), each of about BLOCK bytes."""
    count, block = 0, b""
    for record in records:
        count, block = count + 1, block + record
        if len(block) >= BLOCK:
            yield count, block
            count, block = 0, b""
    if count:
        yield count, block


def _string(text):
    data = text.encode()
    return _long(len(data)) + data


def _long(value):
    """Zigzag, then seven bits a byte, the lowest first."""
    value, out = (value << 1) ^ (value >> 63), bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))
