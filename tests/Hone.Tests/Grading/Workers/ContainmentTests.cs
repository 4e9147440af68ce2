using Hone.Grading.Workers;

namespace Hone.Tests.Grading.Workers;

public class ContainmentTests
{
    static readonly WorkerProgram _program = new("/usr/bin/python3", ["-u", "grader.py"], "/job");
    static readonly WorkerLimits _limits = new() { MemoryMegabytes = 100, TemporaryMegabytes = 8, Processes = 10 };

    [Fact]
    public void Bubblewrap_gets_read_only_files_a_small_folder_and_no_network()
    {
        string command = Line(new Bubblewrap(ownUser: false), _limits);

        Assert.StartsWith("setsid /bin/sh -c \"$@\"; exit $? hone-worker bwrap --die-with-parent --unshare-user --unshare-pid", command);
        Assert.Contains(" --unshare-net ", command);
        Assert.Contains(" --cap-drop ALL --ro-bind / / --dev /dev --proc /proc --perms 1777 --size 8388608 --tmpfs /dev/shm --perms 1777 --size 8388608 --tmpfs /tmp/x --chdir /job -- /bin/sh -c ", command);
        Assert.Contains("ulimit -d 102400; ulimit -f 16384; ulimit -u 77 ", command);
        Assert.EndsWith(" hone-worker /usr/bin/python3 -u grader.py", command);
    }

    [Fact]
    public void The_network_is_there_where_the_settings_say_so()
    {
        var open = _limits with { Network = true };

        Assert.DoesNotContain("--unshare-net", Line(new Bubblewrap(ownUser: false), open));
        Assert.DoesNotContain("--net", Line(new Namespaces(mounts: true, ownUser: false), open));
        Assert.Contains("--net", Line(new Namespaces(mounts: true, ownUser: false), _limits));
        Assert.Contains("with the network, as its settings say", new Namespaces(mounts: true, ownUser: false).Sentence(open));
    }

    [Fact]
    public void The_strictest_that_works_is_taken()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.IsType<PlainProcess>(ContainmentProbe.Strictest(_ => true));
            return;
        }

        Assert.IsType<Bubblewrap>(ContainmentProbe.Strictest(_ => true));
        Assert.IsType<Namespaces>(ContainmentProbe.Strictest(one => one is not Bubblewrap));
        Assert.IsType<OwnSession>(ContainmentProbe.Strictest(one => one is OwnSession));
        Assert.IsType<PlainProcess>(ContainmentProbe.Strictest(_ => false));
    }

    [Fact]
    public void A_tool_that_is_not_there_does_not_work() => Assert.False(ContainmentProbe.Works(new Missing()));

    [Fact]
    public void Every_containment_says_what_it_is_in_a_sentence() =>
        Assert.All(ContainmentProbe.All, one => Assert.Matches("^User code runs .*\\.$", one.Sentence(_limits)));

    [Fact]
    public void A_worker_gets_no_variables_but_those_that_are_named()
    {
        Environment.SetEnvironmentVariable("HONE_TEST_SECRET", "secret");
        Environment.SetEnvironmentVariable("HONE_TEST_KEY", "key");
        try
        {
            var variables = WorkerEnvironment.Of(_program, _limits with { Environment = ["HONE_TEST_KEY", "HONE_TEST_ABSENT"] }, "/tmp/x", "mark");

            Assert.Equal("key", variables["HONE_TEST_KEY"]);
            Assert.Equal("/tmp/x", variables["HOME"]);
            Assert.DoesNotContain("secret", variables.Values);
            Assert.DoesNotContain("HONE_TEST_ABSENT", variables.Keys);
        }
        finally
        {
            Environment.SetEnvironmentVariable("HONE_TEST_SECRET", null);
            Environment.SetEnvironmentVariable("HONE_TEST_KEY", null);
        }
    }

    static string Line(Containment containment, WorkerLimits limits) => string.Join(' ', containment.Command(_program, limits, new("/tmp/x", "mark", containment.OwnUser ? 1234567 : null, Tasks: 77)));

    sealed class Missing() : Containment(ownUser: false)
    {
        public override bool EndsWithItsRoot => true;

        public override bool BoundsTemporaryFolder => true;

        public override bool CountsTasksAlone => true;

        public override string Sentence(WorkerLimits limits) => "";

        public override IReadOnlyList<string> Command(WorkerProgram program, WorkerLimits limits, WorkerPlace place) => ["no-such-program-here"];
    }
}
