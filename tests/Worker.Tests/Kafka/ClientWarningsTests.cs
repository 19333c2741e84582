using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Configuration;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class ClientWarningsTests
{
    private static readonly Error AllDown = new(ErrorCode.Local_AllBrokersDown, "1/1 brokers are down");
    private static readonly Error Refused = new(ErrorCode.Local_Transport, "Connect to ipv4#127.0.0.1:9092 failed: Connection refused");

    private readonly FakeTimeProvider _time = new();
    private readonly Lines<RecordSource> _lines = new();
    private readonly ClientWarnings _warnings;

    public ClientWarningsTests() => _warnings = new ClientWarnings("consumer", _time, _lines);

    [Fact]
    public void Brokers_that_are_down_are_told_once_and_then_by_number()
    {
        for (int i = 0; i < 500; i++)
        {
            _warnings.Add(Refused);
            _warnings.Add(AllDown);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(["The consumer reports Local_Transport: Connect to ipv4#127.0.0.1:9092 failed: Connection refused",
            "The consumer reports Local_AllBrokersDown: 1/1 brokers are down"], _lines.Take());
        _time.Advance(TimeSpan.FromSeconds(10));
        _warnings.Add(AllDown);
        Assert.Equal(["The consumer still reports Local_AllBrokersDown: 1/1 brokers are down (499 more since the last such line)"],
            _lines.Take());
    }

    [Fact]
    public void A_connection_that_brokers_close_is_told_where_all_are_down()
    {
        _warnings.AddClosed("Disconnected: connection closed by peer");
        _warnings.Add(AllDown);
        Assert.Equal(["The consumer reports Local_AllBrokersDown: 1/1 brokers are down, and of the last: Disconnected: connection closed "
            + "by peer"], _lines.Take());
        _warnings.GotThrough();
        Assert.Null(_warnings.Last);
    }

    /// <summary>The client says it but each 30 s.</summary>
    [Fact]
    public void A_failure_says_more_than_a_closed_connection_that_comes_after_it()
    {
        _warnings.Add(Refused);
        _time.Advance(TimeSpan.FromSeconds(29));
        _warnings.AddClosed("Disconnected");
        Assert.Same(Refused, _warnings.Last);
        _time.Advance(TimeSpan.FromSeconds(2));
        _warnings.AddClosed("Disconnected");
        Assert.Equal("Disconnected", _warnings.Last!.Reason);
    }

    [Fact]
    public void A_line_of_the_client_that_comes_with_each_try_to_connect_is_one_a_minute()
    {
        LogMessage message = new("rdkafka", SyslogLevel.Warning, "SSL", "[thrd:x]: No matching issuer found");
        for (int i = 0; i < 1000; i++)
        {
            ClientLog.Write(_lines, message, new Redaction([]), _warnings);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(["librdkafka SSL: [thrd:x]: No matching issuer found",
            "librdkafka SSL: [thrd:x]: No matching issuer found (599 more such lines were left out)"], _lines.Take());
    }

    [Fact]
    public void Of_what_the_client_says_of_connections_a_closed_one_is_kept_without_its_thread()
    {
        ClientLog.Write(_lines, new("rdkafka", SyslogLevel.Info, "FAIL", "[thrd:b]: b: Disconnected"), new Redaction([]), _warnings);
        Assert.Equal("b: Disconnected", _warnings.Last!.Reason);
    }

    [Fact]
    public void Recovery_is_told_once_when_something_gets_through()
    {
        _warnings.GotThrough();
        _warnings.Add(AllDown);
        _time.Advance(TimeSpan.FromSeconds(12));
        _lines.Take();
        _warnings.GotThrough();
        _warnings.GotThrough();
        Assert.Equal(["The consumer reaches its brokers again, after 12 s"], _lines.Take());
        _warnings.Add(AllDown);
        Assert.Single(_lines.Take());
    }

    [Fact]
    public void One_broker_of_several_that_is_down_is_no_flood_though_others_take_labels()
    {
        for (int i = 0; i < 50; i++)
        {
            _warnings.Add(Refused);
            _warnings.GotThrough();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(_lines.Seen);
    }

    [Fact]
    public void An_idle_client_has_recovered_when_it_reports_nothing_any_more()
    {
        _warnings.Add(AllDown);
        _time.Advance(TimeSpan.FromSeconds(30));
        _warnings.Add(AllDown);
        _lines.Take();
        _time.Advance(ClientWarnings.Quiet - TimeSpan.FromSeconds(1));
        _warnings.LookForSilence();
        Assert.Empty(_lines.Take());
        _time.Advance(TimeSpan.FromSeconds(1));
        _warnings.LookForSilence();
        Assert.Equal(["The consumer reaches its brokers again, after 30 s"], _lines.Take());
    }

    [Fact]
    public void Commits_that_fail_each_second_are_told_once_and_when_they_succeed_again()
    {
        for (int i = 0; i < 30; i++)
        {
            _warnings.AddCommit(Refused);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _warnings.Committed();
        Assert.Equal(2, _lines.Seen.Count);
        Assert.Equal("Offsets are committed again, after 30 s", _lines.Seen[1]);
    }
}
