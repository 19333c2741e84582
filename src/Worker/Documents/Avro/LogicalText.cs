using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Values of logical types as text that people and programs know.</summary>
/// <remarks>Avro 1.12 specification, "Logical Types".</remarks>
internal static class LogicalText
{
    private const long MillisPerDay = 86_400_000;

    /// <summary>The text of a value of a logical type.</summary>
    /// <param name="type">The logical type.</param>
    /// <param name="value">The value of a bytes or a fixed, the varint of an int or a long.</param>
    /// <returns>
    /// Decimals with all digits of their scale; dates, times and timestamps as ISO 8601 with as many decimals as their unit has, in UTC
    /// with a <c>Z</c> or local without; UUIDs in lower case; durations as <c>[months, days, milliseconds]</c>. Years outside of 1 to 9999,
    /// which calendars here do not know, are given as the plain number.
    /// </returns>
    public static string Of(LogicalType type, ReadOnlySpan<byte> value) => type.Kind switch
    {
        LogicalKind.Decimal => Decimal(new BigInteger(value, isBigEndian: true), type.Scale),
        LogicalKind.Uuid => new Guid(value, bigEndian: true).ToString(),
        LogicalKind.Duration => Duration(value),
        _ => Moment(type.Kind, new AvroReader(value).TryReadLong(out long number) ? number : 0),
    };

    private static string Moment(LogicalKind kind, long number) => kind switch
    {
        LogicalKind.Date => Moment(number, 1, 0, "yyyy-MM-dd", ""),
        LogicalKind.TimeMillis => Time(number, 1_000, 3),
        LogicalKind.TimeMicros => Time(number, 1_000_000, 6),
        LogicalKind.TimestampMillis => Moment(number, MillisPerDay, 3, "yyyy-MM-ddTHH:mm:ss", "Z"),
        LogicalKind.TimestampMicros => Moment(number, MillisPerDay * 1_000, 6, "yyyy-MM-ddTHH:mm:ss", "Z"),
        LogicalKind.TimestampNanos => Moment(number, MillisPerDay * 1_000_000, 9, "yyyy-MM-ddTHH:mm:ss", "Z"),
        LogicalKind.LocalTimestampMillis => Moment(number, MillisPerDay, 3, "yyyy-MM-ddTHH:mm:ss", ""),
        LogicalKind.LocalTimestampMicros => Moment(number, MillisPerDay * 1_000, 6, "yyyy-MM-ddTHH:mm:ss", ""),
        LogicalKind.LocalTimestampNanos => Moment(number, MillisPerDay * 1_000_000, 9, "yyyy-MM-ddTHH:mm:ss", ""),
        _ => throw new UnreachableException($"A value of logical type {kind} is no moment. This is a bug."),
    };

    private static string Decimal(BigInteger unscaled, int scale)
    {
        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string sign = unscaled.Sign < 0 ? "-" : "";
        return scale == 0 ? sign + digits : $"{sign}{digits.AsSpan(0, digits.Length - scale)}.{digits.AsSpan(digits.Length - scale)}";
    }

    private static string Duration(ReadOnlySpan<byte> bytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"[{Part(bytes)}, {Part(bytes[4..])}, {Part(bytes[8..])}]");

    private static uint Part(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static string Time(long units, long perSecond, int decimals)
    {
        if (units < 0 || units / perSecond >= 86_400) return units.ToString(CultureInfo.InvariantCulture);
        TimeSpan time = TimeSpan.FromSeconds(units / perSecond);
        return time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture) + Fraction(units % perSecond, decimals);
    }

    private static string Moment(long units, long perDay, int decimals, string format, string zone)
    {
        (long days, long rest) = Math.DivRem(units, perDay);
        if (rest < 0) (days, rest) = (days - 1, rest + perDay);
        DateTime epoch = DateTime.UnixEpoch;
        if (days < (DateTime.MinValue - epoch).Days || days > (DateTime.MaxValue - epoch).Days)
            return units.ToString(CultureInfo.InvariantCulture);
        long perSecond = Math.Max(1, perDay / 86_400);
        DateTime moment = epoch.AddDays(days).AddSeconds(decimals == 0 ? 0 : rest / perSecond);
        return moment.ToString(format, CultureInfo.InvariantCulture) + (decimals == 0 ? "" : Fraction(rest % perSecond, decimals)) + zone;
    }

    private static string Fraction(long units, int decimals) => "." + units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0');
}
