using System.ComponentModel;
using System.Diagnostics;

namespace Hone.Grading.Workers;

/// <summary>Ends the workers where this process itself is killed: a shell that reads until its input ends, then kills what it was told of
/// or carries their mark, and removes their folders.</summary>
static class OrphanGuard
{
    const string Script = """
        trap '' INT TERM HUP
        all=' '
        while read -r what id; do
          case $what in
            +) all="$all$id ";;
            -) all="${all%% $id *} ${all#* $id }";;
          esac
        done
        [ "$all" = ' ' ] || {
          for id in $all; do
            kill -9 "-${id%:*}" "${id%:*}" 2>/dev/null
            user=${id#*:}
            [ -z "$user" ] || setpriv --reuid "$user" --regid "$user" --clear-groups /bin/sh -c 'kill -9 -1' 2>/dev/null
          done
          for place in $(grep -ls "$2" /proc/[0-9]*/environ); do
            place=${place%/environ}
            kill -9 "${place#/proc/}" 2>/dev/null
          done
          sleep 1
          [ -z "$1" ] || rm -rf "$1"
        }
        """;

    static readonly Lock _gate = new();
    static Process? _guard;
    static int _workers;

    public static void Add(int id, int? user) => Change('+', $"{id}:{user}");

    public static void Remove(int id, int? user) => Change('-', $"{id}:{user}");

    // It lives while there are workers.
    static void Change(char what, string id)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        lock (_gate)
        {
            try
            {
                _workers += what == '+' ? 1 : -1;
                _guard ??= Start();
                _guard.StandardInput.Write($"{what} {id}\n");
                _guard.StandardInput.Flush();
            }
            catch (Exception e) when (e is IOException or Win32Exception)
            {
                // Without a guard, workers still end with the run that ends by itself.
            }

            if (_workers == 0)
            {
                _guard?.StandardInput.Close();
                _guard?.WaitForExit(TimeSpan.FromSeconds(5));
                _guard?.Dispose();
                _guard = null;
            }
        }
    }

    // Its variables hold no secrets: workers that are this user can read them.
    static Process Start()
    {
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", Script, "hone-guard", WorkerFolders.Root ?? "", WorkerProcess.OwnMarks])
        {
            RedirectStandardInput = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
        return Process.Start(start)!;
    }
}
