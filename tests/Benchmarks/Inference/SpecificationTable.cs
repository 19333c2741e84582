namespace Benchmarks.Inference;

/// <summary>The table of docs/results/inference-design.md: milliseconds a document for one / fifo16 / sorted16, by graph.</summary>
/// <param name="Section">1 for CPUs with VNNI, 1b for those without.</param>
/// <param name="Reference">The strongest policy of the padded fp32 teacher there; every ratio is to it.</param>
/// <param name="Teacher">Of the 12-layer teacher.</param>
/// <param name="Student">Of its first two layers.</param>
internal sealed record SpecificationTable(
    string Section, Policy Reference, IReadOnlyDictionary<string, double[]> Teacher, IReadOnlyDictionary<string, double[]> Student)
{
    public const string ReferenceGraph = "padded-fp32";

    /// <summary>Every graph that is measured, in the specification's order, with what it is.</summary>
    public static IReadOnlyList<(string Graph, string Title)> Graphs { get; } =
    [
        (ReferenceGraph, "padded fp32, ORT's BERT fusions"),
        ("padded-dynamic-int8", "padded, dynamic int8"),
        ("padded-fp32-layernorm", "padded fp32, Add + LayerNorm"),
        ("packed-fp32-skipln", "packed fp32"),
        ("packed-fp32-cls-skipln", "packed fp32, last layer [CLS]"),
        ("packed-fp32-cls", "packed fp32, [CLS], Add + LN"),
        ("packed-int8-static", "packed int8, static scales"),
        ("packed-int8-row", "packed int8, a scale a row"),
    ];

    private static readonly SpecificationTable Vnni = new(
        "1", Policy.Sorted16,
        new Dictionary<string, double[]>
        {
            [ReferenceGraph] = [14.99, 30.90, 13.69],
            ["padded-dynamic-int8"] = [6.23, 15.76, 7.15],
            ["padded-fp32-layernorm"] = [12.19, 25.36, 11.42],
            ["packed-fp32-skipln"] = [14.80, 14.65, 12.09],
            ["packed-fp32-cls-skipln"] = [13.69, 12.83, 10.81],
            ["packed-fp32-cls"] = [12.32, 11.34, 9.37],
            ["packed-int8-static"] = [4.70, 6.44, 4.40],
            ["packed-int8-row"] = [5.67, 7.29, 5.41],
        },
        new Dictionary<string, double[]>
        {
            [ReferenceGraph] = [2.16, 4.81, 2.23],
            ["padded-dynamic-int8"] = [0.95, 2.73, 1.21],
            ["padded-fp32-layernorm"] = [1.58, 4.28, 1.94],
            ["packed-fp32-skipln"] = [2.23, 2.32, 2.02],
            ["packed-fp32-cls-skipln"] = [1.21, 1.41, 1.21],
            ["packed-fp32-cls"] = [1.06, 1.19, 1.00],
            ["packed-int8-static"] = [0.44, 0.67, 0.46],
            ["packed-int8-row"] = [0.57, 0.77, 0.57],
        });

    private static readonly SpecificationTable WithoutVnni = new(
        "1b", Policy.One,
        new Dictionary<string, double[]>
        {
            [ReferenceGraph] = [25.95, 55.98, 28.62],
            ["padded-dynamic-int8"] = [15.78, 36.84, 18.36],
            ["packed-fp32-cls"] = [22.98, 24.51, 21.56],
            ["packed-int8-static"] = [12.76, 15.39, 12.82],
        },
        new Dictionary<string, double[]>
        {
            [ReferenceGraph] = [4.33, 9.48, 4.79],
            ["padded-dynamic-int8"] = [2.62, 6.23, 3.14],
            ["packed-fp32-cls"] = [2.72, 2.59, 2.32],
            ["packed-int8-static"] = [1.41, 1.65, 1.39],
        });

    /// <summary>The table for a kind of CPU (<see cref="Machine.Kind"/>); AVX-VNNI counts as VNNI.</summary>
    public static SpecificationTable For(string kind) => kind.EndsWith("vnni", StringComparison.Ordinal) ? Vnni : WithoutVnni;

    /// <summary>Milliseconds by graph for teacher or student.</summary>
    public IReadOnlyDictionary<string, double[]> Of(string role) => role == "teacher" ? Teacher : Student;

    /// <summary>How many times faster than the reference, or null where the specification has no row.</summary>
    public double? Speedup(string role, string graph, Policy policy) =>
        Of(role).TryGetValue(graph, out double[]? row) ? Teacher[ReferenceGraph][(int)Reference] / row[(int)policy] : null;
}
