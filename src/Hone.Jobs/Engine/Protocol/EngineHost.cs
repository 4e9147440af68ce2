using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Hone.Models.Encryption;
using Hone.Tensors;

namespace Hone.Jobs.Engine.Protocol;

/// <summary>
/// The engine's process: a line is a call or gives one up (<see cref="EngineCall"/>), and each answer is a line (<see cref="EngineAnswer"/>).
/// It ends when its input does: who asked is gone. Runs that train then stop at their next safe point and keep what they have.
/// </summary>
public sealed class EngineHost
{
    /// <summary>The first answer's number: the process is there.</summary>
    internal const long Ready = 0;

    readonly LocalEngine _engine;
    readonly AnswerWriter _answers;
    readonly ConcurrentDictionary<long, CancellationTokenSource> _calls = [];
    readonly ConcurrentDictionary<long, Task> _work = [];

    EngineHost(LocalEngine engine, Stream output)
    {
        (_engine, _answers) = (engine, new(output));
        engine.StepDone = _answers.Flush;
    }

    /// <summary>Serves until <paramref name="input"/> ends.</summary>
    public static async Task Run(EngineSettings settings, Stream input, Stream output, Workers? workers = null)
    {
        await using var engine = new LocalEngine(settings, workers);
        var host = new EngineHost(engine, output);
        host._answers.Send(new(Ready) { Done = true });
        await host.Listen(input).ConfigureAwait(false);
    }

    async Task Listen(Stream input)
    {
        using var lines = new StreamReader(input, new UTF8Encoding(false), false, 1 << 16);
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var call = JsonSerializer.Deserialize(line, EngineJson.Default.EngineCall)!;
            if (call.Key is { } given)
            {
                SealedFile.Protect(given.Folder, EncryptionKey.Parse(given.Key, "The engine's key"));
            }
            else if (call.IsCancelled)
            {
                await GiveUp(call.Id).ConfigureAwait(false);
            }
            else
            {
                _calls[call.Id] = new CancellationTokenSource();
                var token = _calls[call.Id].Token;
                var work = _work[call.Id] = Task.Run(() => Answer(call, token));
                _ = work.ContinueWith(_ => _work.TryRemove(call.Id, out Task? done), TaskScheduler.Default);
            }
        }

        foreach (long id in _calls.Keys)
        {
            await GiveUp(id).ConfigureAwait(false);
        }

        await Task.WhenAll(_work.Values).ConfigureAwait(false);
    }

    async Task GiveUp(long id)
    {
        if (_calls.TryGetValue(id, out var call))
        {
            await call.CancelAsync().ConfigureAwait(false);
        }
    }

    // Generating goes on after this: its pieces go out with each step.
    async Task Answer(EngineCall call, CancellationToken stop)
    {
        try
        {
            if (call.Generate is { } request)
            {
                stop.UnsafeRegister(_ => Forget(call.Id), null);
                await _engine.Begin(
                    call.Whole(request), piece => _answers.Add(new(call.Id) { Piece = piece }), problem => End(call.Id, problem), stop)
                    .ConfigureAwait(false);
                return;
            }

            if (call.Train is { } run)
            {
                await _engine.Train(run, news => _answers.Send(new(call.Id) { News = news }), stop).ConfigureAwait(false);
                End(call.Id, null);
            }
            else
            {
                int tokens = await _engine.CountTokens(call.Whole(call.Count!), stop).ConfigureAwait(false);
                _answers.Add(new(call.Id) { Tokens = tokens });
                Forget(call.Id);
            }
        }
        catch (Exception problem)
        {
            End(call.Id, problem);
        }
        finally
        {
            _answers.Flush();
        }
    }

    void End(long id, Exception? problem)
    {
        _answers.Add(EngineAnswer.Of(id, problem));
        Forget(id);
    }

    void Forget(long id) => _calls.TryRemove(id, out _);
}
