# The runbook by hand: the nodes with a virtual machine that has not ended and no Ready virt-handler.
def ended: .status.phase == "Succeeded" or .status.phase == "Failed";
def ready: any(.status.conditions[]?; .type == "Ready" and .status == "True");
def component($name): .kind == "Pod" and .metadata.labels["kubevirt.io"] == $name;

(reduce (.items[] | select(component("virt-handler") and ready)) as $pod ({}; .[$pod.spec.nodeName] = true)) as $managed
| [
    .items[]
    | if component("virt-launcher") and (ended | not) then .spec.nodeName
      elif .kind == "VirtualMachineInstance" and (ended | not) then .status.nodeName
      else empty
      end
    | select(. != null and ($managed[.] | not))
  ]
| unique[]
