using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Avro;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Names of a writer's schema, to ones that Apache.Avro takes and back.</summary>
/// <remarks>
/// Debezium writes namespaces with dashes, Java inner classes with <c>$</c>, and to reading a name is nothing but a key. What is no ASCII letter, digit or
/// underscore becomes <c>_xHHHH_</c>, its UTF-16 code; so does an underscore before an x, so that no two names become one.
/// </remarks>
internal static partial class AvroNames
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>The name that stands for <paramref name="original"/>, which is not empty, in Apache.Avro's objects.</summary>
    public static string Escape(string original)
    {
        if (!original.AsSpan().ContainsAnyExcept(Plain) && !char.IsAsciiDigit(original[0]) && !original.Contains("_x", StringComparison.Ordinal)) return original;
        var escaped = new StringBuilder(original.Length + 16);
        for (int i = 0; i < original.Length; i++)
        {
            char c = original[i];
            bool plain = c == '_' ? i + 1 == original.Length || original[i + 1] != 'x' : Plain.Contains(c) && (i > 0 || !char.IsAsciiDigit(c));
            if (plain) escaped.Append(c);
            else escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_");
        }

        return escaped.ToString();
    }

    /// <summary>The name as the writer has it.</summary>
    public static string Original(string escaped) => escaped.Contains("_x", StringComparison.Ordinal)
        ? Code().Replace(escaped, code => ((char)int.Parse(code.ValueSpan[2..^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString())
        : escaped;

    /// <summary>A type as unions, JSON and errors show it: the full name of a named type, else the type's own.</summary>
    public static string Of(Schema schema) => schema is NamedSchema ? Original(schema.Fullname) : Schema.GetTypeString(schema.Tag);

    [GeneratedRegex("_x[0-9A-F]{4}_")]
    private static partial Regex Code();
}
