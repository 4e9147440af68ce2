using Hone.Bench.Machine;

namespace Hone.Tests.Bench;

public class ProcessorNameTests
{
    [Theory]
    [InlineData("AuthenticAMD", 25, 0x11, "zen4-2core")]
    [InlineData("AuthenticAMD", 25, 0x61, "zen4-2core")]
    [InlineData("AuthenticAMD", 25, 0x01, "amd-25-1-2core")]
    [InlineData("AuthenticAMD", 26, 0x02, "zen5-2core")]
    [InlineData("GenuineIntel", 6, 143, "intel-6-143-2core")]
    public void A_results_folder_is_named_after_design_and_processors(string vendor, int family, int model, string folder)
    {
        string[] cpuinfo = ["processor\t: 0", $"vendor_id\t: {vendor}", $"cpu family\t: {family}", $"model\t\t: {model}", "model name\t: X", "", "processor\t: 1"];

        Assert.Equal(folder, ProcessorName.Parse(cpuinfo).FolderFor(2));
    }
}
