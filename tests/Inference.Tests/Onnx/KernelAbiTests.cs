using System.Globalization;
using System.Text.RegularExpressions;

namespace Inference.Tests.Onnx;

/// <summary>src/Kernels/onnxruntime_abi.h, which the shipped library is built with, against the header of the
/// package that it is loaded into.</summary>
public sealed partial class KernelAbiTests
{
    private static readonly string
        Package = TextOf("onnxruntime_c_api.h"), Errors = TextOf("onnxruntime_error_code.h"), Ours = TextOf("onnxruntime_abi.h");

    [Fact]
    public void Every_entry_of_the_function_table_stands_where_the_header_counts_it()
    {
        List<string> header = [.. StatementsOf(Package, "struct OrtApi {").Select(NameOf)];
        (string Name, int Index)[] entries =
        [
            .. Entry().Matches(Ours).Select(
                entry => (entry.Groups[2].Value, int.Parse(entry.Groups[1].ValueSpan, CultureInfo.InvariantCulture))),
        ];
        Assert.InRange(entries.Length, 15, 50);
        Assert.All(entries, entry => Assert.Equal(entry.Index, header.IndexOf(entry.Name)));
    }

    [Fact]
    public void An_operator_s_members_stand_in_the_header_s_order() =>
        Assert.Equal(
            StatementsOf(Package, "struct OrtCustomOp {").Select(MemberOf), StatementsOf(Ours, "struct OrtCustomOp {").Select(MemberOf));

    [Theory]
    [InlineData("ORT_FAIL", "OrtErrorCode", "ORT_FAIL")]
    [InlineData("ORT_INVALID_ARGUMENT", "OrtErrorCode", "ORT_INVALID_ARGUMENT")]
    [InlineData("ORT_FLOAT", "ONNXTensorElementDataType", "ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT")]
    [InlineData("ORT_INT32", "ONNXTensorElementDataType", "ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32")]
    public void Constants_have_the_number_at_which_the_header_lists_them(string ours, string type, string listed)
    {
        string list = $"typedef enum {type} {{", header = Errors.Contains(list, StringComparison.Ordinal) ? Errors : Package;
        string body = header[(header.IndexOf(list, StringComparison.Ordinal) + list.Length)..];
        List<string> names = [.. body[..body.IndexOf('}', StringComparison.Ordinal)].Split(',').Select(name => name.Trim())];
        Assert.Equal(names.IndexOf(listed), NumberOf(Ours, ours));
    }

    [Fact]
    public void The_package_offers_the_version_that_is_asked_for()
    {
        int asked = NumberOf(Ours, "SLUICE_API"), offered = NumberOf(Package, "ORT_API_VERSION");
        Assert.InRange(asked, 1, offered);
    }

    private static string TextOf(string file) =>
        Comments().Replace(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TestData", "Headers", file)), "");

    /// <summary>What stands between a struct's braces, without the preprocessor's lines, cut at the semicolons.</summary>
    private static IEnumerable<string> StatementsOf(string header, string start)
    {
        string body = header[(header.IndexOf(start, StringComparison.Ordinal) + start.Length)..];
        return Directive().Replace(body[..body.IndexOf("\n};", StringComparison.Ordinal)], "").Split(';')
            .Where(statement => !string.IsNullOrWhiteSpace(statement));
    }

    /// <summary>A member of struct OrtApi is a macro (ORT_API2_STATUS, ORT_CLASS_RELEASE, ORT_API_T) or a function pointer.</summary>
    private static string NameOf(string statement) =>
        Release().Match(statement) is { Success: true } release ? "Release" + release.Groups[1].Value
        : Macro().Match(statement) is { Success: true } macro ? macro.Groups[1].Value
        : MemberOf(statement);

    /// <summary>The name of a plain member or of a function pointer.</summary>
    private static string MemberOf(string statement) =>
        Pointer().Match(statement) is { Success: true } pointer ? pointer.Groups[1].Value
        : Plain().Match(statement) is { Success: true } plain ? plain.Groups[1].Value
        : throw new InvalidDataException($"a member of unknown form: {statement}");

    /// <summary>Of <c>name = 1</c> or <c>#define name 1</c>.</summary>
    private static int NumberOf(string header, string name) =>
        int.Parse(Regex.Match(header, $@"\b{name}\s*=?\s*(\d+)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^    ENTRY\((\d+), [^,]+, (\w+)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"ORT_CLASS_RELEASE\((\w+)")]
    private static partial Regex Release();

    [GeneratedRegex(@"(?:ORT_API2_STATUS\(|ORT_API_T\([^,]+,\s*)(\w+)")]
    private static partial Regex Macro();

    [GeneratedRegex(@"\((?:ORT_API_CALL)?\s*\*\s*(\w+)\)")]
    private static partial Regex Pointer();

    [GeneratedRegex(@"(\w+)\s*$")]
    private static partial Regex Plain();
}
