using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Names of the logical types of Avro 1.12.</summary>
internal enum LogicalKind
{
    Decimal,
    Uuid,
    Date,
    TimeMillis,
    TimeMicros,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,
    LocalTimestampMillis,
    LocalTimestampMicros,
    LocalTimestampNanos,
    Duration,
}

/// <summary>
/// A logical type that fits the type which it annotates, and whose text is not the value as it stands: a uuid on a string is.
/// </summary>
/// <param name="Kind">Which.</param>
/// <param name="Precision">Decimal digits of a decimal, 1 or more; 0 for others.</param>
/// <param name="Scale">Digits of a decimal after the point, 0..<paramref name="Precision"/>; 0 for others.</param>
internal sealed record LogicalType(LogicalKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>
    /// The logical type of this name over <paramref name="kind"/>, or null when it is unknown or does not fit and so must be ignored.
    /// </summary>
    /// <param name="name">The schema's <c>logicalType</c>.</param>
    /// <param name="kind">Type that carries the attribute.</param>
    /// <param name="size">Bytes of a fixed; ignored for other types.</param>
    /// <param name="precision">The schema's <c>precision</c>, or null where it is absent or no number.</param>
    /// <param name="scale">The schema's <c>scale</c>, 0 where it is absent, null where it is no number.</param>
    /// <remarks>Avro 1.12 specification, "Logical Types".</remarks>
    public static LogicalType? Find(string name, SchemaType kind, int size, int? precision, int? scale) => (name, kind) switch
    {
        ("decimal", SchemaType.Bytes) => Decimal(precision, scale, DigitsOf(AvroLimits.DecimalBytes)),
        ("decimal", SchemaType.Fixed) => Decimal(precision, scale, DigitsOf(Math.Min(size, AvroLimits.DecimalBytes))),
        ("uuid", SchemaType.Fixed) when size == 16 => new(LogicalKind.Uuid),
        ("duration", SchemaType.Fixed) when size == 12 => new(LogicalKind.Duration),
        ("date", SchemaType.Int) => new(LogicalKind.Date),
        ("time-millis", SchemaType.Int) => new(LogicalKind.TimeMillis),
        ("time-micros", SchemaType.Long) => new(LogicalKind.TimeMicros),
        ("timestamp-millis", SchemaType.Long) => new(LogicalKind.TimestampMillis),
        ("timestamp-micros", SchemaType.Long) => new(LogicalKind.TimestampMicros),
        ("timestamp-nanos", SchemaType.Long) => new(LogicalKind.TimestampNanos),
        ("local-timestamp-millis", SchemaType.Long) => new(LogicalKind.LocalTimestampMillis),
        ("local-timestamp-micros", SchemaType.Long) => new(LogicalKind.LocalTimestampMicros),
        ("local-timestamp-nanos", SchemaType.Long) => new(LogicalKind.LocalTimestampNanos),
        _ => null,
    };

    private static LogicalType? Decimal(int? precision, int? scale, int digits) =>
        precision is int p && scale is int s && p >= 1 && p <= digits && s >= 0 && s <= p ? new(LogicalKind.Decimal, p, s) : null;

    /// <summary>
    /// Most decimal digits that every number of so many fits into <paramref name="size"/> bytes of two's complement: floor(log10(2^(8 size
    /// - 1) - 1)).
    /// </summary>
    private static int DigitsOf(int size) => size == 0 ? 0 : (int)Math.Min(int.MaxValue, Math.Floor((8.0 * size - 1) * Math.Log10(2)));
}
