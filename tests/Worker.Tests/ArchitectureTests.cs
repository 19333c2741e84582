namespace Worker.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void Schemas_reference_no_other_project() =>
        Assert.DoesNotContain(typeof(Sluice.Schemas.WireHeader).Assembly.GetReferencedAssemblies(), a => a.Name!.StartsWith("Sluice.Worker", StringComparison.Ordinal));
}
