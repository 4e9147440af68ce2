using System.Reflection;
using Xunit.Sdk;

namespace Hone.Server.Tests.Support;

/// <summary>Runs a theory with "sqlite". Beside it stands <see cref="OnPostgresAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class OnSqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestDatabase.OfSqlite]];
}

/// <summary>Runs a theory with "postgres", where PostgreSQL is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class OnPostgresAttribute : DataAttribute
{
    public override string? Skip
    {
        get => PostgresServer.Missing;
        set { }
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[TestDatabase.OfPostgres]];
}
