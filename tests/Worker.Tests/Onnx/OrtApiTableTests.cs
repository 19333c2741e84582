using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Sluice.Worker.Onnx;

namespace Worker.Tests.Onnx;

public sealed partial class OrtApiTableTests
{
    [Fact]
    public void Every_entry_stands_where_the_header_counts_it()
    {
        List<string> header = EntriesOf(File.ReadAllText(SharedFolder.Path("ref/onnxruntime_c_api.h")));
        FieldInfo[] entries = typeof(OrtApi).GetNestedType("Table", BindingFlags.NonPublic)!.GetFields(BindingFlags.Public | BindingFlags.Instance);
        Assert.NotEmpty(entries);
        Assert.All(entries, entry => Assert.Equal(header.IndexOf(entry.Name) * nint.Size, entry.GetCustomAttribute<FieldOffsetAttribute>()!.Value));
    }

    [Fact]
    public void The_header_offers_the_version_that_is_asked_for() =>
        Assert.Contains($"#define ORT_API_VERSION {OrtApi.Version}", File.ReadAllText(SharedFolder.Path("ref/onnxruntime_c_api.h")), StringComparison.Ordinal);

    /// <summary>Names of the members of struct OrtApi, in order. Each ends with a semicolon and is a macro (ORT_API2_STATUS, ORT_CLASS_RELEASE, ORT_API_T) or a function pointer.</summary>
    private static List<string> EntriesOf(string header)
    {
        string body = header[header.IndexOf("struct OrtApi {", StringComparison.Ordinal)..];
        body = LineComment().Replace(BlockComment().Replace(body, ""), "");
        body = Directive().Replace(body[(body.IndexOf('{', StringComparison.Ordinal) + 1)..body.IndexOf("\n};", StringComparison.Ordinal)], "");
        return [.. body.Split(';').Where(statement => !string.IsNullOrWhiteSpace(statement)).Select(NameOf)];
    }

    private static string NameOf(string statement) =>
        Release().Match(statement) is { Success: true } release ? "Release" + release.Groups[1].Value
        : Macro().Match(statement) is { Success: true } macro ? macro.Groups[1].Value
        : Pointer().Match(statement) is { Success: true } pointer ? pointer.Groups[1].Value
        : throw new InvalidDataException($"struct OrtApi has a member of unknown form: {statement}");

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex BlockComment();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex LineComment();

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"ORT_CLASS_RELEASE\((\w+)")]
    private static partial Regex Release();

    [GeneratedRegex(@"(?:ORT_API2_STATUS\(|ORT_API_T\([^,]+,\s*)(\w+)")]
    private static partial Regex Macro();

    [GeneratedRegex(@"ORT_API_CALL\s*\*\s*(\w+)\)")]
    private static partial Regex Pointer();
}
