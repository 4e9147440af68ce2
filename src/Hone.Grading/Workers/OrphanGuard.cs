using System.ComponentModel;
using System.Diagnostics;

namespace Hone.Grading.Workers;

/// <summary>Ends the workers where this process itself is killed: a shell that reads until its input ends, then kills what it was told of
/// and removes their folders.</summary>
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
        for id in $all; do kill -9 "-$id" "$id" 2>/dev/null; done
        [ "$all" = ' ' ] || { sleep 1; rm -rf "$1"*; }
        """;

    static readonly Lock _gate = new();
    static Process? _guard;
    static int _workers;

    public static void Add(int id) => Change('+', id);

    public static void Remove(int id) => Change('-', id);

    // It lives while there are workers.
    static void Change(char what, int id)
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

    static Process Start()
    {
        string folders = Path.Combine(Path.GetTempPath(), WorkerProcess.FolderPrefix);
        return Process.Start(new ProcessStartInfo("setsid", ["/bin/sh", "-c", Script, "hone-guard", folders]) { RedirectStandardInput = true })!;
    }
}
