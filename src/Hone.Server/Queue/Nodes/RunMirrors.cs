using Hone.Server.Store;
using Hone.Server.Telemetry;

namespace Hone.Server.Queue.Nodes;

/// <summary>The mirrors of runs. A node works on one at a time, and what its mirror has heard from the engine counts until the job is over.</summary>
sealed class RunMirrors(
    Database database, JobChanges changes, JobEvents events, JobFolders folders, NodeSettings node, TimeProvider clock, HoneMeter meter)
{
    readonly Lock _gate = new();
    (string Job, RunMirror Mirror)? _last;

    public RunMirror Of(JobRow row)
    {
        lock (_gate)
        {
            if (_last is not { } last || last.Job != row.Id)
            {
                last = (row.Id, new RunMirror(row, changes, folders, node, new CheckpointShelf(row, database, events, folders, clock), meter));
                _last = last;
            }

            return last.Mirror;
        }
    }
}
