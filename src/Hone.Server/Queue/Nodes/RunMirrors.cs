using Hone.Server.Registry;
using Hone.Server.Store;
using Hone.Server.Telemetry;

namespace Hone.Server.Queue.Nodes;

/// <summary>Makes mirrors of runs.</summary>
sealed class RunMirrors(
    Database database, JobChanges changes, JobEvents events, ModelRegistry models, JobFolders folders, NodeSettings node, TimeProvider clock, HoneMeter meter)
{
    public RunMirror Of(JobRow row) => new(row, changes, folders, node, new CheckpointShelf(row, database, events, models, folders, clock), meter);
}
