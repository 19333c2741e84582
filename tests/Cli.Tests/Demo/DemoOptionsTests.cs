using Sluice.Cli.Demo.Settings;

namespace Cli.Tests.Demo;

public sealed class DemoOptionsTests
{
    [Theory]
    [InlineData("cpu", null, true)]
    [InlineData("cpu", "int8", true)]
    [InlineData("cpu", "fp32", false)]
    [InlineData("cuda", null, false)]
    [InlineData("cuda", "fp16", false)]
    public void Int8_is_what_is_named_or_what_the_worker_takes_on_a_CPU(string provider, string? precision, bool isInt8) =>
        Assert.Equal(isInt8, new DemoOptions { Model = "/none", Provider = provider, Precision = precision }.LabelsInInt8);
}
