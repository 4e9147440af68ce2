namespace Hone.Cli;

/// <summary>Ctrl-C: the first asks the command to stop at its next safe point, the second ends the process.</summary>
sealed class Interrupt : IDisposable
{
    /// <summary>What a command that takes a while to stop says.</summary>
    public const string Notice = "Stopping at the next safe point; Ctrl-C again ends at once.";

    readonly CancellationTokenSource _source = new();

    public Interrupt() => Console.CancelKeyPress += OnCancel;

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancel;
        _source.Dispose();
    }

    void OnCancel(object? sender, ConsoleCancelEventArgs e)
    {
        if (!_source.IsCancellationRequested)
        {
            e.Cancel = true;
            _source.Cancel();
        }
    }
}
