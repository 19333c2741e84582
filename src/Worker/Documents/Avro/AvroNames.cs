using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Avro;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Names of a writer's schema, to ones that Apache.Avro takes and back.</summary>
/// <remarks>
/// Debezium writes namespaces with dashes, Java inner classes with <c>$</c>, and to reading a name is nothing but a key. What is no ASCII
/// letter, digit or underscore becomes <c>_xHHHH_</c>, its UTF-16 code; so does an underscore before an x, so that no two names become one.
/// </remarks>
internal static partial class AvroNames
{
    /// <summary>The name that stands for <paramref name="original"/>, which is not empty, in Apache.Avro's objects.</summary>
    public static string Escape(string original)
    {
        int plain = 0;
        while (plain < original.Length && IsPlain(original, plain)) plain++;
        if (plain == original.Length) return original;
        var escaped = new StringBuilder(original, 0, plain, original.Length + 16);
        for (int i = plain; i < original.Length; i++)
        {
            if (IsPlain(original, i)) escaped.Append(original[i]);
            else escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)original[i]:X4}_");
        }

        return escaped.ToString();
    }

    /// <summary>The name as the writer has it.</summary>
    public static string Original(string escaped) => escaped.Contains("_x", StringComparison.Ordinal)
        ? Code().Replace(escaped, code => ((char)Convert.ToInt32(code.Value[2..^1], 16)).ToString())
        : escaped;

    /// <summary>A type as unions, JSON and errors show it: the full name of a named type, else the type's own.</summary>
    public static string Of(Schema schema) => schema is NamedSchema ? Original(schema.Fullname) : Schema.GetTypeString(schema.Tag);

    private static bool IsPlain(string name, int at) => name[at] switch
    {
        '_' => at + 1 == name.Length || name[at + 1] != 'x',
        >= '0' and <= '9' => at > 0,
        var other => char.IsAsciiLetter(other),
    };

    [GeneratedRegex("_x[0-9A-F]{4}_")]
    private static partial Regex Code();
}
