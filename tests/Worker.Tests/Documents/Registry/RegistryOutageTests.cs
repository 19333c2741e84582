using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

public sealed class RegistryOutageTests
{
    [Fact]
    public void A_registry_that_is_down_is_told_first_then_rarely_then_that_it_answers()
    {
        FakeTimeProvider time = new();
        Lines<RegistryClient> lines = new();
        using RegistryClient registry = new(new RegistryOptions(), time, logger: lines);
        RegistryUnavailableException down = new("The registry at http://r/apis/ccompat/v7 does not answer.");
        registry.TellAnswered();
        for (int second = 0; second < 31; second++)
        {
            registry.TellOutage("Documents of schema 5 wait", down);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        registry.TellAnswered();
        registry.TellAnswered();
        Assert.Equal(
            [
                "Documents of schema 5 wait and nothing is lost: The registry at http://r/apis/ccompat/v7 does not answer",
                "Documents of schema 5 wait still: The registry at http://r/apis/ccompat/v7 does not answer "
                    + "(29 more tries since the last such line)",
                "The schema registry answers again, after 31 s",
            ],
            lines.Seen);
    }
}
