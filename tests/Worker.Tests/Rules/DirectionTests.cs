namespace Worker.Tests.Rules;

/// <summary>Which project and which folder may name which, from the compiled assemblies: docs/architecture.md, "The house".</summary>
public sealed class DirectionTests
{
    private const string InFlight = "Sluice.Worker.InFlight";

    private static readonly string[] PartsOfInFlight =
    [
        $"{InFlight}.OffsetTracker", $"{InFlight}.OffsetWindow", $"{InFlight}.Admission", $"{InFlight}.RecordQueue",
        $"{InFlight}.KeyOrder`1",
    ];

    private static readonly string[] Clocks =
    [
        "System.TimeProvider::get_System", "System.Diagnostics.Stopwatch::", "System.DateTime::get_Now", "System.DateTime::get_UtcNow",
        "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow", "System.Environment::get_TickCount",
    ];

    [Fact]
    public void No_folders_of_any_project_name_one_another_in_a_circle()
    {
        Dependency[] ours = [.. Dependency.All.Where(named => Dependency.IsOurs(named.ToNamespace))];
        Assert.True(ours.Length > 1000, $"Only {ours.Length} dependencies were read.");
        IEnumerable<string> told = FolderGraph.Circles(ours.Select(named => (named.FromNamespace, named.ToNamespace))).Select(circle =>
            string.Join('\n', ours
                .Where(named => named.FromNamespace != named.ToNamespace
                    && circle.Contains(named.FromNamespace) && circle.Contains(named.ToNamespace))
                .Select(named => $"{named.From} names {named.To}").Distinct()
                .Prepend($"A circle: {string.Join(", ", circle.Select(Dependency.FolderOf))}")));
        Offences.None(told);
    }

    [Fact]
    public void A_circle_is_found_however_long_it_is()
    {
        string[] circle = Assert.Single(FolderGraph.Circles([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a"), ("d", "d")]));
        Assert.Equal(["a", "b", "c"], circle);
        Assert.Equal(2, FolderGraph.Circles([("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"), ("a", "c")]).Count);
        Assert.Empty(FolderGraph.Circles([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]));
    }

    [Fact]
    public void Core_folders_use_the_BCL_and_one_another_only() => Offences.None(
        from named in OfCore()
        where !CoreFolders.MayName(Dependency.FolderOf(named.FromNamespace), named.ToNamespace)
        select named.ToString());

    [Fact]
    public void What_is_in_flight_has_one_owner() => Offences.None(
        from named in Dependency.All
        where named.FromNamespace != InFlight && PartsOfInFlight.Contains(named.To)
        select named.ToString());

    /// <summary>But the start, which asks the cluster for its topics.</summary>
    [Fact]
    public void Kafka_s_client_is_named_in_one_folder_of_the_worker() => Offences.None(
        from named in Dependency.All
        where named.FromNamespace.StartsWith("Sluice.Worker", StringComparison.Ordinal)
            && named.FromNamespace is not "Sluice.Worker.Kafka" and not "Sluice.Worker.Startup"
            && named.ToNamespace.StartsWith("Confluent.", StringComparison.Ordinal)
        select named.ToString());

    [Fact]
    public void Prometheus_s_package_is_named_in_one_folder() => Offences.None(
        from named in Dependency.All
        where named.FromNamespace != "Sluice.Worker.Observability"
            && (named.ToNamespace == "Prometheus" || named.ToNamespace.StartsWith("Prometheus.", StringComparison.Ordinal))
        select named.ToString());

    [Fact]
    public void Core_folders_take_time_as_an_argument_or_from_a_TimeProvider() => Offences.None(
        from named in OfCore()
        where Clocks.Any(clock => named.Member.Contains(clock, StringComparison.Ordinal))
        select named.ToString());

    [Fact]
    public void The_core_folders_are_there_and_the_documents_call_them_so()
    {
        Assert.All(CoreFolders.All, folder => Assert.Contains(SourceFile.All, file => file.Folder == folder));
        Assert.All(PartsOfInFlight, part => Assert.Contains(Dependency.All, named => named.To == part));
        Assert.Equal(CoreFolders.All.Order(StringComparer.Ordinal), HouseTree.CoreFolders().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Schemas_reference_nothing_but_Avro() =>
        Offences.None(HouseAssemblies.ReferencesOf(HouseAssemblies.Schemas).Where(name => !CoreFolders.IsBcl(name) && name != "Avro"));

    [Fact]
    public void Inference_knows_no_Kafka_no_hosting_and_no_Avro() => Offences.None(
        HouseAssemblies.ReferencesOf(HouseAssemblies.Inference)
            .Where(name => !CoreFolders.IsBcl(name) && name != "Microsoft.ML.OnnxRuntime"));

    [Fact]
    public void The_worker_does_not_know_the_commands() =>
        Offences.None(HouseAssemblies.ReferencesOf(HouseAssemblies.Worker)
            .Where(name => name is "Sluice.Cli" or "System.CommandLine" || name.StartsWith("Spectre", StringComparison.Ordinal)));

    private static IEnumerable<Dependency> OfCore() =>
        Dependency.All.Where(named => CoreFolders.Has(Dependency.FolderOf(named.FromNamespace)));
}
