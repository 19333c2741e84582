using System.Globalization;
using System.Text.Json;

namespace Worker.Tests.Schemas;

/// <summary>
/// Equality of JSON values: numbers by value and by whether they are whole, floats to the bit, objects without regard to order.
/// </summary>
internal static class JsonSame
{
    public static void Assert(JsonElement expected, JsonElement actual) =>
        Xunit.Assert.True(Check(expected, actual), $"expected {Shorten(expected)}, found {Shorten(actual)}");

    public static bool Check(JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind) return false;
        return expected.ValueKind switch
        {
            JsonValueKind.Object => expected.GetPropertyCount() == actual.GetPropertyCount()
                && expected.EnumerateObject().All(p => actual.TryGetProperty(p.Name, out JsonElement other) && Check(p.Value, other)),
            JsonValueKind.Array => expected.GetArrayLength() == actual.GetArrayLength()
                && expected.EnumerateArray().Zip(actual.EnumerateArray()).All(pair => Check(pair.First, pair.Second)),
            JsonValueKind.String => expected.GetString() == actual.GetString(),
            JsonValueKind.Number => SameNumber(expected.GetRawText(), actual.GetRawText()),
            _ => true,
        };
    }

    private static bool SameNumber(string expected, string actual)
    {
        bool isWhole = long.TryParse(expected, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
        if (isWhole) return long.TryParse(actual, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long other)
            && number == other;
        return BitConverter.DoubleToInt64Bits(double.Parse(expected, CultureInfo.InvariantCulture))
            == BitConverter.DoubleToInt64Bits(double.Parse(actual, CultureInfo.InvariantCulture));
    }

    private static string Shorten(JsonElement json) => json.GetRawText() is { Length: > 300 } text ? text[..300] : json.GetRawText();
}
