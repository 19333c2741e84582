namespace Sluice.Schemas.Avro;

/// <summary>The types of Avro 1.12, primitives first.</summary>
internal enum SchemaKind
{
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Record,
    Enum,
    Fixed,
    Array,
    Map,
    Union,
}
