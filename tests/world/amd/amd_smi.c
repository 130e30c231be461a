/* Stands in for libamd_smi.so: the calls that memwizard makes, with AMD SMI's names and layouts (amdsmi.h of ROCm 7).
 *
 * What it answers is read anew by amdsmi_init (../nvml/said.h). What has no line is not supported (2). The package binds
 * every function of the library when it is imported: those that nobody calls here are in rest.h, made by the tests.
 */
#include "../nvml/said.h"

enum { INVAL = 1, NOT_SUPPORTED = 2, DRIVER_NOT_LOADED = 34, GPUS = 64 };
typedef unsigned long long u64;
typedef struct { unsigned drm_render, drm_card, hsa_id, hip_id; char hip_uuid[256]; } enumeration_t;
typedef struct {
    char market_name[256]; unsigned vendor_id; char vendor_name[256]; unsigned subvendor_id; u64 device_id; unsigned rev_id;
    char asic_serial[256]; unsigned oam_id, compute_units; u64 target_graphics_version; unsigned subsystem_id, reserved[21];
} asic_t;
typedef struct { char version[256], date[256], name[256]; } driver_t;
typedef struct {
    char name[256]; unsigned pid; u64 mem; u64 gfx, enc; unsigned reserved_engine[12]; u64 gtt, cpu, vram;
    unsigned reserved_memory[10]; char container[256]; unsigned occupancy, reserved[11];
} process_t;

static int devices[GPUS], socket_;

static answer_t asked_of(const int *device, const char *call) {
    char where[16];
    if (device < devices || device >= devices + GPUS) return (answer_t){INVAL, 0, 0};
    snprintf(where, sizeof where, "%d", (int)(device - devices));
    return asked(where, call);
}

static int wanted(answer_t answer) { return answer.code == NO_LINE ? NOT_SUPPORTED : answer.code; }
static int optional(answer_t answer) { return answer.code == NO_LINE ? OK : answer.code; }

static int size(answer_t answer, u64 *to) {
    if (!wanted(answer)) *to = strtoull(answer.text, 0, 10);
    return wanted(answer);
}

static void copied(char *to, const char *text, int length) {
    memcpy(to, text, (size_t)(length < 255 ? length : 255));
}

int amdsmi_init(u64 flags) {
    (void)flags;
    return read_lines() ? DRIVER_NOT_LOADED : optional(asked("-", __func__));
}

int amdsmi_get_socket_handles(unsigned *count, void **to) {
    int code = optional(asked("-", __func__));
    if (to && *count) *to = &socket_;
    *count = 1;
    return code;
}

/* The machine's GPUs, all on one socket. */
int amdsmi_get_processor_handles(void *socket, unsigned *count, void **to) {
    u64 found = 0;
    int code = size(asked("-", __func__), &found);
    (void)socket;
    for (unsigned i = 0; to && i < *count && i < found; i++) to[i] = &devices[i];
    *count = (unsigned)found;
    return code;
}

/* "gfx942 NAME" */
int amdsmi_get_gpu_asic_info(int *device, asic_t *to) {
    answer_t answer = asked_of(device, __func__);
    if (wanted(answer)) return wanted(answer);
    memset(to, 0, sizeof *to);
    to->target_graphics_version = strtoull(answer.text + 3, 0, 16);
    int name = (int)strcspn(answer.text, " ") + 1;
    if (name < answer.length) copied(to->market_name, answer.text + name, answer.length - name);
    return OK;
}

/* "HIP_ID UUID" */
int amdsmi_get_gpu_enumeration_info(int *device, enumeration_t *to) {
    answer_t answer = asked_of(device, __func__);
    if (wanted(answer)) return wanted(answer);
    memset(to, 0, sizeof *to);
    sscanf(answer.text, "%u %255s", &to->hip_id, to->hip_uuid);
    return OK;
}

int amdsmi_get_gpu_device_uuid(int *device, unsigned *room, char *to) {
    answer_t answer = asked_of(device, __func__);
    if (!wanted(answer)) snprintf(to, *room, "%s", answer.text);
    return wanted(answer);
}

int amdsmi_get_gpu_memory_total(int *device, int kind, u64 *to) { (void)kind; return size(asked_of(device, __func__), to); }

int amdsmi_get_gpu_memory_usage(int *device, int kind, u64 *to) { (void)kind; return size(asked_of(device, __func__), to); }

int amdsmi_get_gpu_driver_info(int *device, driver_t *to) {
    answer_t answer = asked_of(device, __func__);
    if (wanted(answer)) return wanted(answer);
    memset(to, 0, sizeof *to);
    copied(to->version, answer.text, answer.length);
    return OK;
}

/* "PID:BYTES PID:BYTES" */
int amdsmi_get_gpu_process_list(int *device, unsigned *count, process_t *to) {
    answer_t answer = asked_of(device, __func__);
    unsigned found = 0;
    if (optional(answer)) return answer.code;
    for (const char *at = answer.text ? answer.text : ""; *at && found < *count; at += strcspn(at, " "), at += strspn(at, " ")) {
        char *used;
        memset(to + found, 0, sizeof *to);
        to[found].pid = (unsigned)strtoul(at, &used, 10);
        to[found++].vram = strtoull(used + 1, 0, 10);
    }
    *count = found;
    return OK;
}

#define UNCALLED(name) int name(void) { return NOT_SUPPORTED; }
#include "rest.h"
