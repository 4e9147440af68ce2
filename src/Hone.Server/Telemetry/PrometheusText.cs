using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Hone.Server.Telemetry;

/// <summary>Listens to meters and writes what they counted in Prometheus' text form (version 0.0.4).</summary>
sealed class PrometheusText : IHostedService, IDisposable
{
    // Bounds in seconds, which all histograms of these meters measure.
    static readonly double[] _bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    static readonly HashSet<string> _meters =
        [HoneMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();
    readonly MeterListener _listener = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Contains(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
    }

    /// <summary>Listens from the server's start on: what was counted before is not known.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var metric in _series.GroupBy(pair => pair.Key.Instrument).OrderBy(metric => metric.Key.Name, StringComparer.Ordinal))
        {
            string name = NameOf(metric.Key);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {metric.Key.Description?.Replace("\n", " ", StringComparison.Ordinal)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {KindOf(metric.Key)}\n");
            foreach (var ((_, labels), series) in metric.OrderBy(pair => pair.Key.Labels, StringComparer.Ordinal))
            {
                series.Write(text, name, labels);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _series.GetOrAdd((instrument, Labels(tags)), _ => new Series(KindOf(instrument) == "histogram")).Take(value, sets: IsObserved(instrument));

    static bool IsObserved(Instrument instrument) => instrument.IsObservable;

    static string KindOf(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }

    static string NameOf(Instrument instrument)
    {
        string name = Safe(instrument.Name), unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return KindOf(instrument) == "counter" ? name + "_total" : name;
    }

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        List<string> labels = [];
        foreach (var (key, value) in tags)
        {
            string text = (value?.ToString() ?? "").Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", @"\n", StringComparison.Ordinal);
            labels.Add($"{Safe(key)}=\"{text}\"");
        }

        return string.Join(',', labels.Order(StringComparer.Ordinal));
    }

    static string Safe(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    sealed class Series(bool isHistogram)
    {
        readonly Lock _gate = new();
        readonly long[] _buckets = new long[_bounds.Length + 1];
        double _sum;
        long _count;

        public void Take(double value, bool sets)
        {
            lock (_gate)
            {
                _sum = sets ? value : _sum + value;
                _count++;
                int bucket = Array.FindIndex(_bounds, bound => value <= bound);
                _buckets[bucket < 0 ? _bounds.Length : bucket]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                string braces = labels.Length > 0 ? $"{{{labels}}}" : "", comma = labels.Length > 0 ? labels + "," : "";
                if (!isHistogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {_sum}\n");
                    return;
                }

                long below = 0;
                for (int i = 0; i <= _bounds.Length; i++)
                {
                    below += _buckets[i];
                    string bound = i < _bounds.Length ? _bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{comma}le=\"{bound}\"}} {below}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braces} {_sum}\n{name}_count{braces} {_count}\n");
            }
        }
    }
}
